import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { fileDigest } from '../../storage/file-digest.ts';
import { putFile } from '../../storage/put-file.ts';
import { WorkFolder } from '../../storage/work-folder.ts';
import { billingMonth } from '../invoice/billing-month.ts';
import type { BilledTenant } from '../invoice/invoices.ts';
import { costColumns } from './cost-columns.ts';
import { costRows } from './cost-rows.ts';
import type { FocusColumn } from './focus-column.ts';
import { FocusFile } from './focus-file.ts';
import { type FocusSources, focusTenant, type GoneTenant } from './focus-tenant.ts';
import { invoiceDetailColumns } from './invoice-detail-columns.ts';
import { invoiceDetailRows } from './invoice-detail-rows.ts';

/** Where all files lie. */
export const focusPrefix = 'focus/1.4/';

const datasets = [
  { id: 'CostAndUsage', folder: 'cost-and-usage', columns: costColumns, rowsOf: costRows },
  { id: 'InvoiceDetail', folder: 'invoice-detail', columns: invoiceDetailColumns, rowsOf: invoiceDetailRows },
] as const;

const formats = [
  { format: 'csv', contentType: 'text/csv; charset=utf-8' },
  { format: 'parquet', contentType: 'application/vnd.apache.parquet' },
] as const;

/** What lies there after a month was written: as `manifest.json` has it, and an answer shows it. */
export interface FocusManifest {
  readonly focusVersion: '1.4';
  readonly dataGenerator: string;
  /** `2026-11` */
  readonly billingPeriod: string;
  readonly billingPeriodStart: string;
  readonly billingPeriodEnd: string;
  readonly datasets: readonly {
    readonly id: string;
    readonly rows: number;
    readonly columns: readonly FocusColumn[];
    readonly files: readonly {
      readonly key: string;
      readonly format: string;
      readonly bytes: number;
      readonly sha256: string;
    }[];
  }[];
}

/**
 * Writes a month's datasets over all tenants that are or were there, in the order of their ids, each as one file of CSV and one of Parquet, and last the manifest,
 * which names them with their digests. The same invoices and hours give the same bytes. Takes the memory of one tenant's month; a tenant that
 * cannot be read fails the month, and the files from before stay.
 *
 * Needs `s3:PutObject` on the bucket.
 */
export async function focusMonth(
  sources: FocusSources,
  tenants: readonly (BilledTenant | GoneTenant)[],
  month: string,
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
): Promise<FocusManifest> {
  const { from, to } = billingMonth(month, sources.now());
  const folder = new WorkFolder('focus');
  try {
    const path = (dataset: string, format: string): string => join(folder.path, `${dataset}.${format}`);
    const files = datasets.map(
      ({ id, columns }) => new FocusFile(columns, { csv: path(id, 'csv'), parquet: path(id, 'parquet') }),
    );
    for (const tenant of tenants.toSorted((a, b) => (a.tenant < b.tenant ? -1 : 1))) {
      for await (const invoice of focusTenant(sources, tenant, month)) {
        for (const [index, { rowsOf }] of datasets.entries()) {
          for (const row of rowsOf(invoice)) await files[index]?.add(row);
        }
      }
    }
    await Promise.all(files.map((file) => file.finish()));
    const written: FocusManifest['datasets'][number][] = [];
    for (const [index, { id, folder: name, columns }] of datasets.entries()) {
      const stored: FocusManifest['datasets'][number]['files'][number][] = [];
      for (const { format, contentType } of formats) {
        const key = `${focusPrefix}${name}/billing_period=${month}/${name}.${format}`;
        const file = { path: path(id, format), ...(await fileDigest(path(id, format))) };
        await putFile(client, { bucket, key }, file, contentType);
        stored.push({ key, format, bytes: file.bytes, sha256: file.sha256 });
      }
      written.push({ id, rows: files[index]?.rows ?? 0, columns, files: stored });
    }
    const manifest: FocusManifest = {
      focusVersion: '1.4',
      dataGenerator: sources.issuer.name,
      billingPeriod: month,
      billingPeriodStart: from.toISOString(),
      billingPeriodEnd: to.toISOString(),
      datasets: written,
    };
    const manifestPath = join(folder.path, 'manifest.json');
    await writeFile(manifestPath, `${JSON.stringify(manifest, undefined, 2)}\n`);
    const file = { path: manifestPath, ...(await fileDigest(manifestPath)) };
    const key = `${focusPrefix}manifest/billing_period=${month}/manifest.json`;
    await putFile(client, { bucket, key }, file, 'application/json');
    return manifest;
  } finally {
    folder.remove();
  }
}
