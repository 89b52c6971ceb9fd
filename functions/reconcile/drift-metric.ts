import type { ReconciledHour } from '../../core/metering/reconcile/reconciled-hour.ts';

/**
 * The drift of an hour as a metric, in CloudWatch's embedded metric format. Of all tenants together it is always there; a tenant has its own
 * where it is not 0, since a metric for each tenant and hour would cost more than what most of them use.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const driftMetric = (stage: string, { tenant, hour, driftPpm }: ReconciledHour, now: Date): string =>
  JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'MaaS/Metering',
          Dimensions: [tenant === undefined ? ['stage'] : ['stage', 'tenant']],
          Metrics: [{ Name: 'metering_drift_ppm' }],
        },
      ],
    },
    stage,
    ...(tenant === undefined ? {} : { tenant }),
    hour,
    metering_drift_ppm: driftPpm,
  });
