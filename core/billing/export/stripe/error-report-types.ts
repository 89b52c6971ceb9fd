/**
 * The events by which Stripe says that it took events of a meter, or of a meter that nobody knows, and counts them nowhere.
 *
 * @see https://docs.stripe.com/api/v2/core/events/event-types
 */
export const errorReportTypes = ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'] as const;
