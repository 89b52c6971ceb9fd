import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { sellerSchema } from '../../core/billing/invoice/seller.ts';
import { gpuInstanceTypes } from '../../core/catalog/gpu-instance-types.ts';
import { modelNamePattern } from '../../core/catalog/model-name-pattern.ts';
import { limitsSchema } from '../../core/limits/limits-schema.ts';

/** A token bucket: requests a second, and how many may come at once. The maxima are API Gateway's own per account and Region. */
const throttle = z.strictObject({
  ratePerSecond: z.number().positive().max(10_000),
  burst: z.int().min(1).max(5_000),
});

/** A quota of 0 would be dropped by CDK and mean "no limit", so 1 is the least; who must not call is suspended instead. */
const usagePlan = throttle.extend({ quotaPerMonth: z.int().min(1) });

const instances = z
  .strictObject({ min: z.int().min(1).max(100), max: z.int().min(1).max(100) })
  .refine(({ min, max }) => min <= max, 'min is above max');

const concurrentRequests = z.int().min(1).max(1_000);
/** Two batches of four: one runs while the next one gathers. */
const concurrentRequestsDefault = 8;

/** Hour of the day in UTC. */
const hour = z.int().min(0).max(23);

/** The endpoint of one model. */
const gpuEndpoint = z
  .strictObject({
    instances,
    /** How many requests an instance is to hold at once, waiting ones included: above it another instance is started. */
    concurrentRequests: concurrentRequests.default(concurrentRequestsDefault),
    /**
     * Ends the last instance when nobody asks for the model, and starts `instances.min` at the first request, which fails like those of the
     * minutes that this takes.
     */
    scaleToZero: z.boolean().default(false),
    /** Hours between which one instance is enough; more still start with the load. With `scaleToZero`, the only hours in which it applies. */
    night: z.strictObject({ fromHour: hour, toHour: hour }).optional(),
    /** A model of `models/` that gets a copy of every request and whose answers nobody sees. It costs as much as the model itself. */
    shadow: z.string().optional(),
    /** Share of requests and answers that are kept in the results bucket, in percent. Absent: none, since they are the tenants'. */
    dataCapturePercent: z.int().min(1).max(100).optional(),
    /** Adds an endpoint that works off a queue, for inputs up to 1 GB. It costs nothing while the queue is empty. */
    asynchronous: z.boolean().default(false),
  })
  .refine(({ night }) => night === undefined || night.fromHour !== night.toHour, {
    path: ['night'],
    error: 'fromHour and toHour are the same, so there is no night',
  })
  .refine(({ night, scaleToZero, instances: { min } }) => night === undefined || scaleToZero || min > 1, {
    path: ['night'],
    error: 'changes nothing: instances.min is 1 by day too',
  })
  .refine(({ shadow, scaleToZero }) => shadow === undefined || !scaleToZero, {
    path: ['shadow'],
    error:
      'cannot go with scaleToZero: SageMaker shadows variants, and an endpoint that scales to zero has its model in none',
  });

/** GPU endpoints cost by the hour whether they are used or not. */
const gpu = z
  .strictObject({
    /** By the name of a model in `models/` whose manifest says `target: sagemaker`. */
    models: z.record(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,34}$/, 'a model name of at most 35 characters')
        .refine((name) => name !== 'multi-model', 'the name of the multi-model endpoint’s stack'),
      gpuEndpoint,
    ),
    /** Serves all other registered models of that kind, loading each when it is first asked for. */
    multiModel: z
      .strictObject({
        instanceType: z.enum(gpuInstanceTypes),
        instances,
        /** As for the endpoint of one model. */
        concurrentRequests: concurrentRequests.default(concurrentRequestsDefault),
      })
      .optional(),
  })
  .refine(({ models, multiModel }) => Object.keys(models).length > 0 || multiModel !== undefined, {
    error: 'names no endpoint: leave gpu out for a stage without',
  });

const memoryMiB = z.int().min(128).max(10_240);
const concurrency = z.int().min(1).max(1_000);

/** What one deployment of the platform is made of; `stages.ts` holds the values. */
export const stageSettingsSchema = z
  .strictObject({
    /** Part of the stack names `maas-<name>-…` and the stage of both APIs. */
    name: z.string().regex(/^[a-z][a-z0-9]{1,15}$/, '2 to 16 lower-case letters and digits'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region such as eu-central-1'),
    /** CPU of the functions and of the native code in their layer. */
    architecture: z.enum(['x86_64', 'arm64']),
    /** True keeps buckets, tables, keys and logs when a stack is deleted, and makes the stacks hard to delete. */
    retainData: z.boolean(),
    /** Days for which the ledger's objects can be neither changed nor deleted. Absent: not locked. */
    ledgerLockDays: z.int().min(1).optional(),
    /** The word in the tenants' keys that tells a trial key from a real one. */
    keyEnvironment: z.enum(['test', 'live']),
    /** Who stands on invoices as their sender; those that are final keep what they say. Absent: they name nobody. */
    seller: z.optional(sellerSchema),
    /** Answers and usage are compared by the logs, for three days. */
    logRetention: z
      .enum(RetentionDays)
      .refine(
        (days) => days >= RetentionDays.FIVE_DAYS,
        'five days or more: hours are compared with their logs for three',
      ),
    /**
     * Gets a mail of every alarm and of every limit that a tenant nears; SNS asks it to confirm first. Absent: whoever is to hear of them
     * subscribes to the topic.
     */
    alertEmail: z.email().optional(),
    memoryMiB: z.strictObject({
      predict: memoryMiB,
      predictGpu: memoryMiB,
      authorizer: memoryMiB,
      account: memoryMiB,
      control: memoryMiB,
    }),
    /**
     * Environments set aside for a function, which are also its ceiling. Absent: none, since a new AWS account may run 10 functions at
     * once and has to keep them all unreserved (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
     */
    reservedConcurrency: z
      .strictObject({
        predict: concurrency,
        predictGpu: concurrency,
        /** Absent: predict-isolated takes from what the account has left. Lambda keeps up to 2.5 times as many environments for tenants. */
        predictIsolated: concurrency.optional(),
        validate: concurrency,
      })
      .optional(),
    /**
     * Models, registered or not yet, of which no process ever serves two tenants. Each tenant then waits for a cold start of its own, and AWS
     * charges for each environment that it makes: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
     */
    isolatedModels: z
      .array(z.string().regex(modelNamePattern, 'a model name'))
      .refine((names) => new Set(names).size === names.length, 'names a model twice')
      .default([]),
    /** Absent: no GPU, and nothing that costs by the hour. */
    gpu: gpu.optional(),
    /** For each API as a whole, every tenant and every stranger together. */
    stageThrottle: throttle,
    usagePlans: z.strictObject({ free: usagePlan, pro: usagePlan, enterprise: usagePlan }),
    /**
     * What our own counters hold each plan's tenants to, exactly; operators may set another limit for a single tenant. A unit that gets a
     * monthly limit here is exact from the next month on, or once `maas limits recount` has counted what nobody had to.
     */
    planLimits: z.strictObject({ free: limitsSchema, pro: limitsSchema, enterprise: limitsSchema }),
  })
  .refine(
    (settings) =>
      Object.values(settings.usagePlans).every((plan) => plan.ratePerSecond <= settings.stageThrottle.ratePerSecond),
    { path: ['usagePlans'], error: 'a plan promises a higher ratePerSecond than stageThrottle lets through' },
  )
  .refine(({ isolatedModels, gpu: endpoints }) => !isolatedModels.some((name) => endpoints?.models[name]), {
    path: ['isolatedModels'],
    error: 'names a model with a GPU endpoint, whose processes serve all tenants',
  });

export type StageSettings = z.infer<typeof stageSettingsSchema>;
export type GpuSettings = z.infer<typeof gpu>;
export type GpuEndpointSettings = z.infer<typeof gpuEndpoint>;
export type MultiModelSettings = NonNullable<GpuSettings['multiModel']>;
