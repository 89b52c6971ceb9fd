import type { LimitAlert } from './limit-alert.ts';

/** An alert as people read it: the subject of a mail, and a text whose last line is the alert as JSON, for programs. */
export function alertMessage(alert: LimitAlert, stage: string): { readonly subject: string; readonly text: string } {
  const { tenant, month, unit, percent, limit, used, currency } = alert;
  const what = unit === 'spend' ? 'spend limit' : `monthly quota of ${unit}`;
  const of = unit === 'spend' ? `${used} of ${limit} ${currency}` : `${used} of ${limit} ${unit}`;
  const then = percent === 100 ? ' Further requests are refused with 429 until the next month.' : '';
  return {
    // 100 characters at most: stages and tenants have short names.
    subject: `MaaS ${stage}: ${tenant} has used ${percent} % of its ${what}`.slice(0, 100),
    text: `${tenant} has used ${of} in ${month}, ${percent} % of its ${what}.${then}\n\n${JSON.stringify(alert)}`,
  };
}
