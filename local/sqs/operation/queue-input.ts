import * as z from 'zod';

/** What every operation on a queue has. */
export const queueInput = z.object({ QueueUrl: z.string() });
