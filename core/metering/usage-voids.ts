import { assertCorrectable } from './assert-correctable.ts';
import type { DynamoDBJournal } from './dynamodb-journal.ts';
import { eventIdPattern } from './event-id-pattern.ts';
import { shardsOf } from './journal-partitions.ts';
import type { JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';
import { unknownEvent } from './unknown-event.ts';

interface Dependencies {
  readonly reader: Pick<JournalReader, 'find'>;
  readonly journal: Pick<DynamoDBJournal, 'void'>;
  /** Where events say they come from: `maas/<region>/<stage>`. */
  readonly source: string;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly now: () => Date;
}

/** Takes usage events out of the count, for good, with a reason and a name. */
export class UsageVoids {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * An event that is void already stays so, for the reason that was given first. Its hour's rollup changes with the next close.
   *
   * @param actor who says so: an IAM identity
   * @throws NotFoundError when the tenant has no event of this id
   * @throws ConflictError when it is too old
   */
  async void(owner: JournalOwner, id: string, reason: string, actor: string): Promise<void> {
    const { reader, journal, source, newId, now } = this.#with;
    if (!eventIdPattern.test(id) || (await reader.find(owner, id)) === undefined) throw unknownEvent(id);
    assertCorrectable(id, now());
    const voided = {
      specversion: '1.0',
      type: 'maas.usage.voided.v1',
      id: newId(),
      source,
      subject: owner.tenant,
      time: now().toISOString(),
      data: { event: id, reason, actor },
    } as const;
    await journal.void(voided, shardsOf(owner, id));
  }
}
