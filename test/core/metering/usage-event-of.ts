import { randomBytes } from 'node:crypto';
import type { UsageEvent, UsageUnits } from '../../../core/metering/usage-event.ts';

/** A UUIDv7 minted at this moment. */
export function uuidAt(time: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time.getTime(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A usage event minted at `time`, with one request and whatever else is said. */
export function usageEventOf(
  tenant: string,
  time: Date,
  { model = 'fashion', keyId = 'K000000001', ...units }: Partial<UsageUnits> & { model?: string; keyId?: string } = {},
): UsageEvent {
  return {
    specversion: '1.0',
    type: 'maas.inference.completed.v1',
    id: uuidAt(time),
    source: 'maas/eu-west-1/test',
    subject: tenant,
    time: time.toISOString(),
    data: {
      requestId: 'request-1',
      keyId,
      plan: 'pro',
      route: 'open-inference.infer',
      model,
      modelVersion: '1',
      artifact: 'a'.repeat(64),
      hardware: 'lambda-cpu',
      units: {
        requests: 1,
        items: 0,
        tokens: 0,
        images: 0,
        audioMs: 0,
        computeMs: 0,
        bytesIn: 0,
        bytesOut: 0,
        ...units,
      },
    },
  };
}
