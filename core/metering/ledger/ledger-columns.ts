import type { ParquetColumn, ParquetValue } from '../../storage/parquet-file.ts';
import type { JournalRecord } from '../journal-record.ts';

const units = ['requests', 'items', 'tokens', 'images', 'audioMs', 'computeMs', 'bytesIn', 'bytesOut'] as const;
const ofEvent = [
  'requestId',
  'extendedRequestId',
  'keyId',
  'plan',
  'route',
  'model',
  'modelVersion',
  'artifact',
  'hardware',
  'priceBook',
] as const;
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Columns of an hour's Parquet file: the envelopes, flat. An adjustment or void names its event in `event`; its units are differences. */
export const ledgerColumns: readonly ParquetColumn[] = [
  ...['id', 'type', 'source', 'subject'].map((name) => ({ name, type: 'text' }) as const),
  { name: 'time', type: 'timestamp' },
  ...ofEvent.map((name) => ({ name: snake(name), type: 'text' }) as const),
  ...units.map((name) => ({ name: snake(name), type: 'integer' }) as const),
  ...['event', 'reason', 'actor'].map((name) => ({ name, type: 'text' }) as const),
];

/** A record's values for {@link ledgerColumns}. */
export function ledgerRow(record: JournalRecord): readonly ParquetValue[] {
  const { id, type, source, subject, time } = record;
  const data: Readonly<Record<string, unknown>> = record.data;
  const text = (name: string): ParquetValue => (typeof data[name] === 'string' ? data[name] : null);
  const counts = 'units' in record.data ? record.data.units : undefined;
  return [
    id,
    type,
    source,
    subject,
    Date.parse(time),
    ...ofEvent.map(text),
    ...units.map((unit) => counts?.[unit] ?? null),
    ...['event', 'reason', 'actor'].map(text),
  ];
}
