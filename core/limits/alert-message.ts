import type { LimitAlert } from './limit-alert.ts';

/** An alert as people read it: the subject of a mail, and a text whose last line is the alert as JSON, for programs. */
export function alertMessage(alert: LimitAlert, stage: string): { readonly subject: string; readonly text: string } {
  const { tenant, month, unit, percent, limit, used, currency } = alert;
  const what = unit === 'spend' ? 'spend limit' : `monthly quota of ${unit}`;
  const of = unit === 'spend' ? `${used} of ${limit} ${currency}` : `${used} of ${limit} ${unit}`;
  // All of it is rarely used to the last unit: the limit is reached when it refuses.
  const did = percent === 100 ? `has reached its ${what}` : `has used ${percent} % of its ${what}`;
  const then = percent === 100 ? ' What needs more is refused with 429 until the next month.' : '';
  return {
    // 100 characters at most: stages and tenants have short names.
    subject: `MaaS ${stage}: ${tenant} ${did}`.slice(0, 100),
    text: `${tenant} ${did}: ${of} in ${month}.${then}\n\n${JSON.stringify(alert)}`,
  };
}
