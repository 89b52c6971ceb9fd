type Row = Readonly<Record<string, string | null>>;

/** Mandatory columns of Cost and Usage in FOCUS 1.4, and whether each may be null. */
const costMandatory: Readonly<Record<string, boolean>> = {
  BilledCost: false,
  BillingAccountId: false,
  BillingAccountName: true,
  BillingCurrency: false,
  BillingPeriodEnd: false,
  BillingPeriodStart: false,
  ChargeCategory: false,
  ChargeClass: true,
  ChargeDescription: true,
  ChargePeriodEnd: false,
  ChargePeriodStart: false,
  ContractedCost: false,
  EffectiveCost: false,
  HostProviderName: false,
  InvoiceIssuerName: false,
  ListCost: false,
  PricingQuantity: true,
  PricingUnit: true,
  ServiceCategory: false,
  ServiceName: false,
  ServiceProviderName: false,
};
const detailMandatory: Readonly<Record<string, boolean>> = {
  BilledCost: false,
  BillingAccountId: false,
  BillingCurrency: false,
  BillingPeriodEnd: false,
  BillingPeriodStart: false,
  ChargeCategory: false,
  InvoiceDetailCreated: false,
  InvoiceDetailDescription: true,
  InvoiceDetailGrain: true,
  InvoiceDetailId: false,
  InvoiceDetailLastUpdated: false,
  InvoiceId: false,
  InvoiceIssueDate: true,
  InvoiceIssueStatus: false,
  InvoiceIssuerName: false,
  PaymentCurrency: false,
  PaymentDueDate: true,
  PaymentTerms: false,
  ReferenceInvoiceId: false,
};
const numbers =
  /^(BilledCost|ContractedCost|EffectiveCost|ListCost|.*UnitPrice|PricingQuantity|ConsumedQuantity|x_.*Quantity)$/;
const times = /(Start|End|Created|LastUpdated|IssueDate|DueDate)$/;
const json = /^(Tags|SkuPriceDetails|InvoiceDetailGrain)$/;
const allowed: Readonly<Record<string, readonly string[]>> = {
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
  InvoiceIssueStatus: ['Open', 'Issued', 'Voided'],
  ServiceCategory: ['AI and Machine Learning'],
  ServiceSubcategory: ['Generative AI', 'Machine Learning', 'Natural Language Processing'],
};

/** What is wrong with a file of Cost and Usage, by the rules of FOCUS 1.4 that this platform is subject to. */
export const costProblems = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap((row, index) =>
    [...problemsOf(row, costMandatory), ...priceProblems(row)].map((problem) => `row ${index}: ${problem}`),
  );

/** The same for Invoice Detail. */
export const detailProblems = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap((row, index) => [...problemsOf(row, detailMandatory)].map((problem) => `row ${index}: ${problem}`));

function* problemsOf(row: Row, mandatory: Readonly<Record<string, boolean>>): Generator<string, void> {
  for (const [name, nullable] of Object.entries(mandatory)) {
    if (!Object.hasOwn(row, name)) yield `${name} is missing`;
    else if (!nullable && row[name] === null) yield `${name} is null`;
  }
  for (const [name, value] of Object.entries(row)) {
    if (!/^(x_)?[A-Z][A-Za-z]*$/.test(name)) yield `${name} is no name of a column`;
    if (value === null) continue;
    if (value === '') yield `${name} is empty and not null`;
    if (numbers.test(name) && !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)) yield `${name} is ${value}, no number`;
    if (times.test(name) && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value))
      yield `${name} is ${value}, not UTC`;
    if (json.test(name)) JSON.parse(value);
    if (allowed[name]?.includes(value) === false) yield `${name} is ${value}`;
  }
  for (const period of ['BillingPeriod', 'ChargePeriod']) {
    const [start, end] = [row[`${period}Start`], row[`${period}End`]];
    if (start && end && start >= end) yield `${period} ends before it begins`;
  }
  if (row['BillingCurrency'] && !/^[A-Z]{3}$/.test(row['BillingCurrency'])) yield 'BillingCurrency is not of ISO 4217';
}

function* priceProblems(row: Row): Generator<string, void> {
  const { SkuPriceId, ChargeCategory, ChargeClass } = row;
  const priced = ['PricingQuantity', 'PricingUnit', 'ListUnitPrice', 'ContractedUnitPrice', 'PricingCategory'];
  const ofPrice = [...priced, 'SkuId', 'SkuMeter'];
  if (SkuPriceId === null) {
    for (const name of ofPrice) if (row[name] !== null) yield `${name} stands there without a SkuPriceId`;
    if (row['ConsumedQuantity'] !== null) yield 'ConsumedQuantity stands there without a SkuPriceId';
    const needed = ChargeCategory === 'Usage' || ChargeCategory === 'Purchase';
    if (needed && ChargeClass !== 'Correction') yield `${ChargeCategory} without a SkuPriceId`;
  } else {
    for (const name of ofPrice) if (row[name] === null) yield `${name} is null beside a SkuPriceId`;
  }
  if ((row['ConsumedQuantity'] === null) !== (row['ConsumedUnit'] === null)) yield 'ConsumedQuantity without its unit';
  if (ChargeCategory !== 'Usage' && row['ConsumedQuantity'] !== null) yield `${ChargeCategory} consumed something`;
  if (ChargeCategory === 'Credit' || ChargeCategory === 'Tax') {
    if (row['EffectiveCost'] !== row['BilledCost']) yield `${ChargeCategory}: EffectiveCost is not BilledCost`;
  }
  for (const kind of ['List', 'Contracted']) {
    const [price, quantity, cost] = [row[`${kind}UnitPrice`], row['PricingQuantity'], row[`${kind}Cost`]];
    if (!price || !quantity || !cost) continue;
    if (exact(price) * exact(quantity) !== exact(cost) * 10n ** 12n) yield `${kind}Cost is not price times quantity`;
  }
}

/** A decimal number as an integer of 10^-12. */
export function exact(text: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text) ?? [];
  const size = BigInt(whole + fraction.padEnd(12, '0'));
  return sign === '' ? size : -size;
}
