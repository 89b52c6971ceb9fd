/**
 * The shortest time of grace, in days. An hour goes into the ledger two days after its end, and a tenant is not forgotten before its last
 * hour is there: with less, its time would be over before that can be.
 */
export const graceDaysMin = 3;
