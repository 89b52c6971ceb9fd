import * as z from 'zod';

/** As they come over the wire: binary values are base64. */
export const messageAttributes = z.record(
  z.string(),
  z.object({
    DataType: z.string(),
    StringValue: z.string().nullish(),
    BinaryValue: z.base64().nullish(),
  }),
);

export type MessageAttributes = z.infer<typeof messageAttributes>;
