// ReportRuns
