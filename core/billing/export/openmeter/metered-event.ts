import { eventTime } from '../../../metering/event-time.ts';
import type { UsageAdjusted } from '../../../metering/usage-adjusted.ts';
import type { UsageEvent, UsageUnits } from '../../../metering/usage-event.ts';
import type { UsageVoided } from '../../../metering/usage-voided.ts';
import { meterUnits } from '../../price-book/meter-units.ts';

/** What OpenMeter is told of one event: CloudEvents 1.0. Its meters sum up fields of `data`, and group by the others. */
export interface MeteredEvent {
  readonly specversion: '1.0';
  /** The same for all, so that one meter counts them and what takes them back. */
  readonly type: 'maas.usage';
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Partial<Record<keyof UsageUnits | keyof UsageEvent['data'], string | number>>>;
}

/** An event of the journal, with what was said of it later. */
export interface EventHistory {
  readonly event: UsageEvent;
  readonly adjustments: readonly UsageAdjusted[];
  readonly voided?: UsageVoided;
}

/**
 * What is told of an event. An adjustment is an event of its own with the difference. A void takes back the event and each adjustment by
 * one event each, so that the sum is zero in whatever order they came to be known. All ids follow from those in the journal: what is said
 * twice has the same id.
 */
export function meteredEvents({ event, adjustments, voided }: EventHistory, subject: string): MeteredEvent[] {
  const told = [event, ...adjustments].map(({ id, data }) => metered(event, subject, id, data.units));
  if (voided === undefined) return told;
  const takenBack = [event, ...adjustments].map(({ id, data }) =>
    metered(event, subject, `${id}#void`, negative(data.units)),
  );
  return [...told, ...takenBack];
}

function metered({ id: original, source, data }: UsageEvent, subject: string, id: string, units: UsageUnits) {
  const { model, modelVersion, keyId, plan, hardware, priceBook } = data;
  return {
    specversion: '1.0',
    type: 'maas.usage',
    id,
    source,
    subject,
    // That of the id and not of the completion: by it the event belongs to its hour.
    time: eventTime(original).toISOString(),
    datacontenttype: 'application/json',
    data: { ...units, model, modelVersion, keyId, plan, hardware, ...(priceBook === undefined ? {} : { priceBook }) },
  } as const satisfies MeteredEvent;
}

// Not `-0`, which JSON does not know.
const negative = (units: UsageUnits): UsageUnits =>
  Object.fromEntries(meterUnits.map((unit) => [unit, 0 - units[unit]])) as unknown as UsageUnits;
