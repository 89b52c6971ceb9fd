import * as z from 'zod';
import { resourceName } from '../definition/resource-name.ts';

/** AWS's, when a template says nothing: eight minutes. */
const startupSecondsPreset = 480;

/** A variant as templates declare it, instances chosen by type and not serverless. */
export const variantProperties = z.strictObject({
  VariantName: resourceName,
  ModelName: resourceName.optional(),
  InitialInstanceCount: z.coerce.number().int().min(0).default(1),
  InitialVariantWeight: z.coerce.number().min(0).default(1),
  ContainerStartupHealthCheckTimeoutInSeconds: z.coerce.number().int().min(60).max(3600).default(startupSecondsPreset),
});

const reasons = {
  InstanceType: 'models run on the processor, or the GPU, of this machine',
  VolumeSizeInGB: 'the disk of this machine is the limit',
  ModelDataDownloadTimeoutInSeconds: 'models come from the disk of this machine',
  VariantInstanceProvisionTimeoutInSeconds: 'no machine is provisioned',
  CapacityReservationConfig: 'no machine is provisioned',
  RoutingConfig: 'one process stands for all instances',
  ManagedInstanceScaling: 'one process stands for all instances',
  InferenceAmiVersion: 'models run on this machine',
  EnableSSMAccess: 'there is no machine to log in to but this one',
};

/** Why the other properties of a variant have no effect, by their paths below a list of variants. */
export const variantReasons = (list: string): Record<string, string> =>
  Object.fromEntries(Object.entries(reasons).map(([name, reason]) => [`${list}.${name}`, reason]));
