import type { ExportReport } from '../../core/billing/export/export-report.ts';
import { maasJson } from './operator.ts';

const runsMax = 10;

/**
 * `maas exports run`, until all was done. The platform is shared: a run of another file, or of the schedule, may be at a tenant and have
 * looked at what waits for it a moment too early.
 */
export async function runExports(): Promise<void> {
  for (let run = 0; run < runsMax; run += 1) {
    const { destinations } = await maasJson<ExportReport>('exports', 'run');
    if (destinations.every(({ complete }) => complete)) return;
  }
  throw new Error(`not all was exported in ${runsMax} runs`);
}
