import type { ApiRequest } from '../api/api-request.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import { shortRequestId } from '../metering/short-request-id.ts';
import type { UsageEvent, UsageUnits } from '../metering/usage-event.ts';

interface Dependencies {
  readonly source: string;
  readonly now: () => Date;
}

/** The record of a success that is about to be answered, under an id whose time decides the hour that it counts in. */
export function usageEvent(
  { source, now }: Dependencies,
  id: string,
  { caller, requestId, extendedRequestId, route, headers }: ApiRequest,
  { model, version, manifest, files }: ModelVersion,
  hardware: string,
  units: UsageUnits,
): UsageEvent {
  if (caller.kind !== 'tenant') throw new Error(`${route.id} is billable, and its caller is no tenant`);
  const artifact = files[manifest.artifact];
  if (artifact === undefined) throw new Error(`${model} ${version} has no file ${manifest.artifact}`);
  return {
    specversion: '1.0',
    type: 'maas.inference.completed.v1',
    id,
    source,
    subject: caller.tenant,
    time: now().toISOString(),
    data: {
      requestId: shortRequestId(requestId),
      ...(extendedRequestId === undefined ? {} : { extendedRequestId }),
      keyId: caller.keyId,
      plan: caller.plan,
      route: route.id,
      model,
      modelVersion: version,
      artifact: artifact.sha256,
      hardware,
      ...(caller.priceBook === undefined ? {} : { priceBook: caller.priceBook }),
      units,
      ...(headers['idempotency-key'] === undefined ? {} : { repeatable: true as const }),
    },
  };
}
