import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { Connection, Connections } from '../../core/billing/export/connections.ts';
import type { ExportReport } from '../../core/billing/export/export-report.ts';
import type { ExportDependencies } from '../../core/billing/export/export-tenant.ts';
import type { Exporter } from '../../core/billing/export/exporter.ts';
import { runExports } from '../../core/billing/export/run-exports.ts';
import { exportMetrics } from './export-metrics.ts';
import type { ExporterRun, exporters } from './exporters.ts';

interface Dependencies {
  readonly connections: Pick<Connections, 'list'>;
  readonly factories: ReturnType<typeof exporters>;
  readonly exports: ExportDependencies;
  readonly logger: Logger;
  readonly stage: string;
  /** Takes a line in CloudWatch's embedded metric format. */
  readonly writeMetrics: (line: string) => void;
}

/** What the schedule sends, or who wants to see what a run does. */
export interface ExportEvent {
  /** Somebody waits for the report, this long: a failure is in it, and is no failed run. */
  readonly waitsMs?: number;
}

/**
 * One run of the exports. It fails when a tenant or a destination did, or one of its reports, after all others have been served: a failed run is seen by its
 * alarm, repeated by Lambda, and does no harm when repeated.
 */
export const exportOnSchedule =
  ({ connections, factories, exports, logger, stage, writeMetrics }: Dependencies) =>
  async ({ waitsMs }: ExportEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<ExportReport> => {
    const startedMs = performance.now();
    const remainingMs = (): number =>
      Math.min(context.getRemainingTimeInMillis(), (waitsMs ?? Infinity) - (performance.now() - startedMs));
    const opened: Exporter[] = [];
    const unopened: string[] = [];
    let failures = 0;
    const onFailure: ExporterRun['onFailure'] = (message, detail) => {
      failures += 1;
      logger.error(message, { ...detail });
    };
    for (const connection of await connections.list()) {
      try {
        opened.push(await open(factories, connection, { remainingMs, onFailure }));
      } catch (error) {
        unopened.push(connection.destination);
        logger.error('destination not opened', { destination: connection.destination, error: error as Error });
      }
    }
    const destinations = await runExports(exports, opened, {
      remainingMs,
      onFailure: (destination, tenant, error) =>
        logger.error('usage not exported', { destination, tenant, error: error as Error }),
    });
    for (const line of exportMetrics(stage, destinations, exports.now())) writeMetrics(line);
    const report = { destinations, unopened, failures };
    logger.info('exported', { ...report });
    const failed = failures + unopened.length + destinations.reduce((sum, each) => sum + each.failed.length, 0);
    if (waitsMs === undefined && failed > 0) {
      throw new Error(
        `usage could not be exported for ${failed} tenants, destinations or reports of theirs; the log names them`,
      );
    }
    return report;
  };

async function open(
  factories: Dependencies['factories'],
  { destination, settings }: Connection,
  run: ExporterRun,
): Promise<Exporter> {
  const factory = factories[destination];
  if (factory === undefined) throw new Error(`no exporter for ${destination}`);
  return factory(settings, run);
}
