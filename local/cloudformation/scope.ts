import type { Unresolved } from './unresolved.ts';

/** `AWS::NoValue`: the property or list element that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** What the intrinsics of one template refer to. Every method throws an `Error` that names what it does not know. */
export interface Scope {
  /** A pseudo parameter, a parameter or a resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): string | Unresolved;
  condition(name: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): unknown;
  importValue(exportName: string): string | Unresolved;
  stackOutput(stack: string, output: string): string | Unresolved;
}
