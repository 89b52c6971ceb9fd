import { CompiledPolicy } from './compiled-policy.ts';
import type { PolicyDocument } from './principal.ts';

const compiled = {
  identity: new WeakMap<PolicyDocument, CompiledPolicy>(),
  resource: new WeakMap<PolicyDocument, CompiledPolicy>(),
};

/**
 * Compiles a document once; asked again with the same object, it gives the same policy.
 *
 * @throws PolicyError when it holds something that cannot be honoured
 */
export const compilePolicy = (document: PolicyDocument, kind: 'identity' | 'resource'): CompiledPolicy => {
  const known = compiled[kind].get(document);
  if (known) {
    return known;
  }
  const policy = new CompiledPolicy(document, kind);
  compiled[kind].set(document, policy);
  return policy;
};
