import { decimal, type FocusColumn, text, timestamp } from './focus-column.ts';

/**
 * Columns of Cost and Usage, FOCUS 1.4, in alphabetical order and then our own. Left out is what a platform of this kind has not:
 * allocations, capacity reservations, commitment discounts, other currencies than the billing one.
 *
 * @see https://focus.finops.org/focus-specification/v1-4/
 */
export const costColumns: readonly FocusColumn[] = [
  decimal('BilledCost'),
  text('BillingAccountId'),
  text('BillingAccountName'),
  text('BillingCurrency'),
  timestamp('BillingPeriodEnd'),
  timestamp('BillingPeriodStart'),
  text('ChargeCategory'),
  text('ChargeClass'),
  text('ChargeDescription'),
  text('ChargeFrequency'),
  timestamp('ChargePeriodEnd'),
  timestamp('ChargePeriodStart'),
  decimal('ConsumedQuantity'),
  text('ConsumedUnit'),
  decimal('ContractedCost'),
  decimal('ContractedUnitPrice'),
  decimal('EffectiveCost'),
  text('HostProviderName'),
  text('InvoiceDetailId'),
  text('InvoiceId'),
  text('InvoiceIssuerName'),
  decimal('ListCost'),
  decimal('ListUnitPrice'),
  text('PricingCategory'),
  decimal('PricingQuantity'),
  text('PricingUnit'),
  text('RegionId'),
  text('ResourceId'),
  text('ResourceName'),
  text('ResourceType'),
  text('ServiceCategory'),
  text('ServiceName'),
  text('ServiceProviderName'),
  text('ServiceSubcategory'),
  text('SkuId'),
  text('SkuMeter'),
  text('SkuPriceDetails'),
  text('SkuPriceId'),
  text('SubAccountId'),
  text('SubAccountName'),
  text('Tags'),
  text('x_KeyId'),
  text('x_Plan'),
  text('x_PriceBook'),
];
