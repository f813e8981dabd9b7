-- What stands in the way now is few among all that ever did: it is listed by the day it is due, and counted, without the rest.
CREATE INDEX obstacle_open ON obstacle (province_id, closed, due, id);
