import { ConflictError, InvalidInputError } from '../api/maas-error.ts';
import { addUnits, noUnits } from './add-units.ts';
import { assertCorrectable } from './assert-correctable.ts';
import type { DynamoDBJournal } from './dynamodb-journal.ts';
import { eventIdPattern } from './event-id-pattern.ts';
import { shardsOf } from './journal-partitions.ts';
import type { JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';
import { unknownEvent } from './unknown-event.ts';
import type { UsageUnits } from './usage-event.ts';

interface Dependencies {
  readonly reader: Pick<JournalReader, 'find'>;
  readonly journal: Pick<DynamoDBJournal, 'adjust'>;
  /** Where events say they come from: `maas/<region>/<stage>`. */
  readonly source: string;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly now: () => Date;
}

/** One event's own; an event and all that stands behind it are read as one page. */
const adjustmentsMax = 100;

/** Changes what usage events count for, with a reason and a name. */
export class UsageAdjustments {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * Adds to an event's units, or takes off them. Its hour's rollup changes with the next close. Of several at the same moment one
   * succeeds, so that together they cannot take off more than there is.
   *
   * @param change what is not named stays
   * @param actor who says so: an IAM identity
   * @throws NotFoundError when the tenant has no event of this id
   * @throws InvalidInputError when a unit would count less than nothing, or the change is none
   * @throws ConflictError when the event is too old, is void, was adjusted at the same moment, or a hundred times before
   */
  async adjust(
    owner: JournalOwner,
    id: string,
    change: Partial<UsageUnits>,
    reason: string,
    actor: string,
  ): Promise<void> {
    const { reader, journal, source, newId, now } = this.#with;
    const found = eventIdPattern.test(id) ? await reader.find(owner, id) : undefined;
    if (found === undefined) throw unknownEvent(id);
    assertCorrectable(id, now());
    const { event, adjustments, voided } = found;
    if (voided !== undefined) throw new ConflictError(`usage event ${id} is void; there is nothing to adjust`);
    if (adjustments.length >= adjustmentsMax) {
      throw new ConflictError(`usage event ${id} was adjusted ${adjustmentsMax} times, the most that it can be`);
    }
    const units: UsageUnits = { ...noUnits, ...change };
    const before = adjustments.reduce((sum, { data }) => addUnits(sum, data.units), event.data.units);
    for (const [unit, after] of Object.entries(addUnits(before, units))) {
      if (after >= 0 && Number.isSafeInteger(after)) continue;
      throw new InvalidInputError(
        `units: ${unit} would become ${after}; the event counts ${before[unit as keyof UsageUnits]}, and no unit may count less than 0 or more than ${Number.MAX_SAFE_INTEGER}`,
      );
    }
    if (Object.values(units).every((difference) => difference === 0)) {
      throw new InvalidInputError('units: name at least one unit and by how much it changes, such as items=-3');
    }
    const stored = await journal.adjust(
      {
        specversion: '1.0',
        type: 'maas.usage.adjusted.v1',
        id: newId(),
        source,
        subject: owner.tenant,
        time: now().toISOString(),
        data: { event: id, units, reason, actor },
      },
      adjustments.length + 1,
      shardsOf(owner, id),
    );
    if (!stored) {
      throw new ConflictError(`usage event ${id} was adjusted at the same moment; look at it before you try again`);
    }
  }
}
