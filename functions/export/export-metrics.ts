import type { DestinationReport } from '../../core/billing/export/export-report.ts';

const hourMs = 3_600_000;

/**
 * How things stand with each destination, in CloudWatch's embedded metric format: alarms look at these.
 *
 * @returns a line for each
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const exportMetrics = (stage: string, destinations: readonly DestinationReport[], now: Date): string[] =>
  destinations.map(({ destination, oldestSince, pending, rejected }) =>
    JSON.stringify({
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'MaaS/Exports',
            Dimensions: [['stage', 'destination']],
            Metrics: [{ Name: 'OldestPendingHours' }, { Name: 'PendingRows' }, { Name: 'RejectedRows' }],
          },
        ],
      },
      stage,
      destination,
      OldestPendingHours: oldestSince === undefined ? 0 : Math.max(0, now.getTime() - Date.parse(oldestSince)) / hourMs,
      PendingRows: pending,
      RejectedRows: rejected,
    }),
  );
