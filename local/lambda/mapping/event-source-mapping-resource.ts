import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { uuidOf } from '../../cloudformation/uuid-of.ts';
import type { QueueAccess } from '../../sqs/messages-of.ts';
import type { Functions } from '../functions.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import type { Mappings } from './mappings.ts';

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const properties = z
  .strictObject({
    EventSourceArn: z.string().regex(/^arn:aws:sqs:/, 'not a queue: only those of SQS are sources here'),
    FunctionName: z.string(),
    BatchSize: whole(1, 10_000).default(10),
    MaximumBatchingWindowInSeconds: whole(0, 300).default(0),
    ScalingConfig: z.strictObject({ MaximumConcurrency: whole(2, 1000).optional() }).optional(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).max(1).default([]),
    Enabled: z.boolean().default(true),
  })
  .refine(({ BatchSize, MaximumBatchingWindowInSeconds }) => BatchSize <= 10 || MaximumBatchingWindowInSeconds >= 1, {
    path: ['MaximumBatchingWindowInSeconds'],
    error: 'at least 1 for a BatchSize above 10',
  });

/** AWS begins with as many. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const concurrencyPreset = 5;

/** What a mapping needs of its surroundings. */
export interface MappingSurroundings {
  readonly functions: Functions;
  readonly mappings: Mappings;
  /** A queue as the role of a function sees it. @throws AwsError when there is no such queue */
  readonly queueOf: (roleArn: string, sessionName: string, queueArn: string) => QueueAccess;
  /** Takes a line about each error of a queue. */
  readonly report: (line: string) => void;
}

/**
 * `AWS::Lambda::EventSourceMapping`: `Ref` is its id.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export const eventSourceMappingResource = ({
  functions,
  mappings,
  queueOf,
  report,
}: MappingSurroundings): ResourceType<typeof properties> => ({
  type: 'AWS::Lambda::EventSourceMapping',
  properties,
  noLocalEffect: {
    MetricsConfig: 'there are no metrics here',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: declared, physicalId, region, account }) => {
    // Throws for a function in tenant isolation mode: nobody could say whose a message is.
    const pool = functions.find(declared.FunctionName).pools.of(undefined);
    const { name, roleArn, timeoutSeconds } = pool.config;
    const queue = queueOf(roleArn, name, declared.EventSourceArn);
    // Lambda refuses a mapping whose function may not consume the queue, or would lose its messages while it still works on them.
    queue.checkConsumer();
    const visibilitySeconds = Number((await queue.attributes())['VisibilityTimeout']);
    if (visibilitySeconds < timeoutSeconds) {
      throw new Error(
        `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
      );
    }
    const id = uuidOf(physicalId);
    const arn = `arn:aws:lambda:${region}:${account}:event-source-mapping:${id}`;
    const definition = {
      arn,
      region,
      queueArn: declared.EventSourceArn,
      batchSize: declared.BatchSize,
      windowMs: declared.MaximumBatchingWindowInSeconds * 1000,
      concurrencyMax: declared.ScalingConfig?.MaximumConcurrency ?? concurrencyPreset,
      reportsItemFailures: declared.FunctionResponseTypes.length > 0,
    };
    if (declared.Enabled) mappings.add(new EventSourceMapping(definition, pool, queue, report));
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
});
