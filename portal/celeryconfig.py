"""Settings of Celery, derived from those of Django.

With REDIS_URL: prefork workers and a separate beat. Without: one process with a memory queue, fed by the outbox rows.
A task may run twice (redelivery, lease that ran out), so every task is idempotent and takes ids only.
"""

from django.conf import settings

broker_url = settings.REDIS_URL or "memory://localhost"  # a name only: the queue is in the process
timezone = settings.TIME_ZONE
enable_utc = True
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = False
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # an outage may be long; the worker waits for its end

if settings.EMBEDDED:
    broker_transport_options = {"polling_interval": 0.1}  # seconds; the default of 1 s is what a task would wait
else:
    task_time_limit = 600  # seconds; below the visibility time-out: nothing is delivered twice while it runs
    task_soft_time_limit = 540
    broker_transport_options = {
        "visibility_timeout": 900,  # seconds
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,  # look for lost tasks every 2 s; the defaults make it 100 s
        "socket_connect_timeout": 1,
        "socket_timeout": 1,
    }

# A person never waits for the broker: 0.4 s when it refuses, 2.6 s when it is silent. The outbox row stays in any case.
task_publish_retry = True
task_publish_retry_policy = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}

beat_schedule = {
    "dispatch": {"task": "portal.messaging.tasks.dispatch", "schedule": 2.0, "options": {"expires": 10}},
    "sweep": {"task": "portal.deadlines.tasks.sweep", "schedule": 60.0, "options": {"expires": 120}},
}
beat_schedule_filename = str(settings.VAR / "celerybeat-schedule")
