import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { askMarketplace, type Buyer, type RecordAnswer } from './ask-marketplace.ts';
import type { PlannedRecord } from './marketplace-state.ts';

/** What sending came to. */
export interface Sent {
  /** All records, as they stand now. */
  readonly records: readonly PlannedRecord[];
  /** For each that was to be sent. */
  readonly answers: readonly RecordAnswer[];
}

/** What AWS takes at once. */
const batchMax = 25;

/** Sends those of the records that are in one state, in batches, until the time is over. */
export async function sendRecords(
  client: MarketplaceMeteringClient,
  buyer: Buyer,
  records: readonly PlannedRecord[],
  state: PlannedRecord['state'],
  enoughTime: () => boolean,
): Promise<Sent> {
  const toSend = records.filter((record) => record.state === state);
  const answers = new Map<PlannedRecord, RecordAnswer>();
  for (let first = 0; first < toSend.length; first += batchMax) {
    const batch = toSend.slice(first, first + batchMax);
    for (const [index, answer] of (await askMarketplace(client, buyer, batch, enoughTime)).entries()) {
      const record = batch[index];
      if (record !== undefined) answers.set(record, answer);
    }
  }
  return {
    records: records.map((record) => {
      const answer = answers.get(record);
      return answer === undefined ? record : { ...record, state: stateAfter(record, answer) };
    }),
    answers: [...answers.values()],
  };
}

/** Only an answer about the hour itself tells what became of an earlier call that had none. */
function stateAfter({ state }: PlannedRecord, answer: RecordAnswer): PlannedRecord['state'] {
  if (answer.kind === 'recorded') return 'recorded';
  if (answer.kind === 'unknown') return 'asked';
  return answer.kind === 'refused' && answer.another === true ? 'waiting' : state;
}
