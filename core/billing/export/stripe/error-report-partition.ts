/** Partition of the table `exports` for events of Stripe's that are to be looked into. The webhook may write here and nowhere else. */
export const errorReportPartition = 'REPORTS#stripe';
