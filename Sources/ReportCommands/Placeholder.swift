// ReportCommands
