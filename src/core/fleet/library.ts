// What is used of the queue's library, and nothing of ours: it is bundled by itself and loaded with the first queue.
export { DelayedError, Queue, QueueEvents, QueueEventsProducer, UnrecoverableError, WaitingError, Worker } from 'bullmq';
