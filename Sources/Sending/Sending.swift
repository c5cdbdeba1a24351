// The queue, the guard and the sending itself come here.
