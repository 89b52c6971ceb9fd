import type { Template as AssertedTemplate } from 'aws-cdk-lib/assertions';

/** Any JSON object, whose members need no narrowing: a wrong path into it fails the assertion. */
export type Json = ReturnType<AssertedTemplate['findResources']>[string];

/** A synthesized template, as far as the tests read it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}
