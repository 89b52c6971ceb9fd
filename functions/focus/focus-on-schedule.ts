import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import { type FocusManifest, focusMonth } from '../../core/billing/focus/focus-month.ts';
import type { FocusSources } from '../../core/billing/focus/focus-tenant.ts';
import type { PublishedPriceBook } from '../../core/billing/price-book/published-price-book.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';

interface Dependencies {
  readonly sources: Omit<FocusSources, 'books'>;
  readonly prices: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly tenants: Pick<DynamoDBTenants, 'listWithGone'>;
  readonly target: { readonly client: S3Client; readonly bucket: string };
  readonly logger: Logger;
}

/** What the schedule sends, or who wants one month. */
export interface FocusEvent {
  /** `2026-11`; absent: the running month and the one before. */
  readonly month?: string;
}

/** One run: writes the files of the months, the older one first. Before there is a price book nothing can be billed, and nothing is written. */
export const focusOnSchedule =
  ({ sources, prices, tenants, target, logger }: Dependencies) =>
  async ({ month }: FocusEvent): Promise<readonly FocusManifest[]> => {
    const books = await prices.all();
    if (books.length === 0) return [];
    const known = await tenants.listWithGone();
    const all = [...known.tenants, ...known.gone.map((tenant) => ({ tenant, gone: true as const }))];
    const manifests: FocusManifest[] = [];
    for (const each of month === undefined ? lastMonths(sources.now()) : [month]) {
      const manifest = await focusMonth({ ...sources, books }, all, each, target);
      const rows = manifest.datasets.map(({ id, rows: count }) => [id, count]);
      logger.info('written', { month: each, ...Object.fromEntries(rows) });
      manifests.push(manifest);
    }
    return manifests;
  };

function lastMonths(now: Date): readonly string[] {
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1));
  return [before, now].map((time) => time.toISOString().slice(0, 7));
}
