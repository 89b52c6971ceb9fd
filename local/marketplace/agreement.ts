/** What a license was granted by: a buyer's agreement about one product. */
export interface Agreement {
  /** The buyer's AWS account; any, where it is left out. */
  readonly account?: string;
  readonly product: string;
  /** What the product is metered by; anything, where it is left out. */
  readonly dimensions?: readonly string[];
  /** Not `active`: the agreement has ended, or the buyer's account is suspended. */
  readonly active: boolean;
}

/** What is known of a license; undefined for one that nobody was granted. */
export type AgreementOf = (licenseArn: string) => Agreement | undefined;

/** https://docs.aws.amazon.com/license-manager/latest/APIReference/API_License.html */
const licenseArn = /^arn:aws[a-z-]*:license-manager:[a-z0-9-]*:\d{12}:license[:/][\w-]{1,100}$/;

/** On one machine there is no Marketplace to subscribe at: each ARN that can be one is an active license of one and the same product. */
export const everyLicense: AgreementOf = (license) =>
  licenseArn.test(license) ? { product: 'product', active: true } : undefined;
