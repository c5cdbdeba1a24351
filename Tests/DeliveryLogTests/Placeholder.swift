// DeliveryLog
