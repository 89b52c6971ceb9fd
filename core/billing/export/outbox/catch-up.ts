import type { RollupReader } from '../../../metering/rollup.ts';
import { hourStart, nextHour } from '../../../metering/usage-hour.ts';
import type { ExportLinks, StoredLink } from './export-links.ts';
import type { Outbox } from './outbox.ts';

interface Dependencies {
  readonly outbox: Pick<Outbox, 'want' | 'wantChange'>;
  readonly links: Pick<ExportLinks, 'caughtUp' | 'toldFrom'>;
  readonly rollups: RollupReader;
  readonly now: () => Date;
}

/**
 * A close that was under way when the link was made may not have seen it. A run of the close lasts a quarter of an hour at most; the rest
 * is for clocks that differ.
 */
const settledMs = 20 * 60_000;

/**
 * Puts the hours that were closed before the tenant was linked into the outbox, oldest first. Of those before the link's first hour only what
 * has changed, while the tenant was not linked, since it was told or was to be. The last look at all of them begins when no close can be
 * under way any more that did not see the link, however many runs it takes. What was done is noted as it goes, so that a run that dies is
 * gone on with.
 *
 * @returns the first and the last hour that it found; undefined when there was none
 */
export async function catchUp(
  { outbox, links, rollups, now }: Dependencies,
  link: StoredLink & { readonly catchUpFrom: string },
  enoughTime: () => boolean,
): Promise<{ readonly first: string; readonly last: string } | undefined> {
  const { tenant, destination, from, catchUpFrom, catchUpSince, linkedAt } = link;
  const startedAt = now();
  const since = catchUpSince === undefined ? startedAt : new Date(catchUpSince);
  const settledAt = new Date(Date.parse(linkedAt) + settledMs);
  const toldFrom = catchUpSince === undefined ? await links.toldFrom(tenant, destination) : undefined;
  const start = toldFrom !== undefined && toldFrom < catchUpFrom ? toldFrom : catchUpFrom;
  let found: { readonly first: string; readonly last: string } | undefined;
  for await (const { hour, version } of rollups.rollups(tenant, hourStart(start), farFuture(startedAt))) {
    if (!enoughTime()) {
      await links.caughtUp(link, { from: hour, since, dueAt: startedAt });
      return found;
    }
    const row = { tenant, destination, hour, version };
    await (hour < from ? outbox.wantChange(row, startedAt) : outbox.want(row, startedAt));
    found = { first: found?.first ?? hour, last: hour };
  }
  await links.caughtUp(link, since >= settledAt ? undefined : { from, dueAt: settledAt });
  return found;
}

/** Hours are added up ahead of time, and clocks differ. */
const farFuture = (now: Date): Date => hourStart(nextHour(nextHour(now.toISOString().slice(0, 13))));
