/** Events of one partition that were read and not yet handed over. */
interface Source<Item> {
  events: Item[];
  /** The page behind them, which is read meanwhile. */
  next: Promise<IteratorResult<Item[], void>>;
  readonly pages: AsyncGenerator<Item[], void>;
}

/** Merges pages of several sources, each by id in ascending order, into pages that are so over all of them. Reads a page ahead of each. */
export async function* mergedById<Item extends { readonly id: string }>(
  parts: readonly AsyncGenerator<Item[], void>[],
): AsyncGenerator<Item[], void> {
  let sources: Source<Item>[] = parts.map((pages) => ({ events: [], next: ahead(pages), pages }));
  try {
    for (;;) {
      await Promise.all(sources.map(fill));
      sources = sources.filter(({ events }) => events.length > 0);
      // Up to the least of the last ids nothing can come any more from any partition.
      const upTo = sources
        .map(({ events }) => events.at(-1)?.id ?? '')
        .reduce((a, b) => (a < b ? a : b), sources[0]?.events.at(-1)?.id ?? '');
      if (sources.length === 0) return;
      yield sources.flatMap((source) => takeUpTo(source, upTo)).sort((a, b) => (a.id < b.id ? -1 : 1));
    }
  } finally {
    await Promise.allSettled(sources.map(({ pages }) => pages.return()));
  }
}

/** Asks for the next page before anybody waits for it. */
function ahead<Item>(pages: Source<Item>['pages']): Source<Item>['next'] {
  const next = pages.next();
  // Whoever waits for it hears of a failure.
  next.catch(() => undefined);
  return next;
}

/** Gets pages until there is something, or nothing any more. */
async function fill<Item>(source: Source<Item>): Promise<void> {
  while (source.events.length === 0) {
    const { done, value } = await source.next;
    if (done === true) return;
    source.events = value;
    source.next = ahead(source.pages);
  }
}

function takeUpTo<Item extends { readonly id: string }>(source: Source<Item>, id: string): Item[] {
  const count = source.events.findIndex((event) => event.id > id);
  if (count !== -1) return source.events.splice(0, count);
  const { events } = source;
  source.events = [];
  return events;
}
