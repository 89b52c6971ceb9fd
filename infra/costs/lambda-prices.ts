/**
 * What Lambda takes on an x86 processor in us-east-1, in US dollars, below the first volume discount.
 *
 * @see https://aws.amazon.com/lambda/pricing/
 */
export const lambdaPricesUsd = { perGbSecond: 0.000_016_666_7, perMillionRequests: 0.2 };
