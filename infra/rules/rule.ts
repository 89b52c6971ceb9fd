/** A CloudFormation template, as far as our rules read it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What is wrong with which resource. */
export interface Finding {
  readonly logicalId: string;
  /** Path of the property, e.g. `Properties/Quota/Limit`. */
  readonly location: string;
}

/** A check of one template for what neither CloudFormation's validator nor cdk-nag sees. */
export interface Rule {
  /** Named like its file. */
  readonly name: string;
  /** What must hold, and why. */
  readonly description: string;
  /** What to do about a finding. */
  readonly fix: string;
  readonly check: (template: Template) => readonly Finding[];
}
