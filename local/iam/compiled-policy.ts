import type { AccessRequest } from './access-request.ts';
import { type CompiledStatement, compileStatement } from './compile-statement.ts';
import type { ContextKeys } from './context-keys.ts';
import type { PolicyDocument } from './principal.ts';
import type { PrincipalMatch } from './principal-element.ts';

/** What one policy says about a request. An allow that only names the account is weaker than one that names the principal. */
export interface Verdict {
  readonly denied: boolean;
  readonly allowed: PrincipalMatch;
}

/** Object keys are chosen by clients, so remembered resources are bounded. */
const rememberedMax = 2000;
/** The longest resource is an object, whose key has at most 1024 characters. */
const keyLengthMax = 1300;

/** A policy document, ready to be asked. */
export class CompiledPolicy {
  readonly #statements: readonly CompiledStatement[];
  /** By action and resource: the statements about them, which for most policies never depends on anything else. */
  readonly #remembered = new Map<string, readonly CompiledStatement[]>();

  /** @throws PolicyError when a statement cannot be honoured */
  constructor(document: PolicyDocument, kind: 'identity' | 'resource') {
    const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
    const variables = document.Version === '2012-10-17';
    this.#statements = statements.map((statement) => compileStatement(statement, kind, variables));
  }

  judge(request: AccessRequest, context: ContextKeys): Verdict {
    let allowed: PrincipalMatch;
    for (const statement of this.#about(request)) {
      if (statement.dynamicResource && !statement.matchesResource(request.resource, context)) {
        continue;
      }
      const match = statement.matchesPrincipal(request.principal);
      if (match === undefined || !statement.conditions.every((holds) => holds(context))) {
        continue;
      }
      if (statement.effect === 'Deny') {
        return { denied: true, allowed: undefined };
      }
      allowed = allowed === 'principal' ? allowed : match;
    }
    return { denied: false, allowed };
  }

  /** Statements with variables in their resources are always among them. */
  #about({ action, resource }: AccessRequest): readonly CompiledStatement[] {
    const key = `${action} ${resource}`;
    const known = this.#remembered.get(key);
    if (known) {
      return known;
    }
    const lower = action.toLowerCase();
    const about = this.#statements.filter(
      (statement) =>
        statement.matchesAction(lower) && (statement.dynamicResource || statement.matchesResource(resource, nowhere)),
    );
    if (this.#remembered.size >= rememberedMax) {
      this.#remembered.clear();
    }
    if (key.length <= keyLengthMax) {
      this.#remembered.set(key, about);
    }
    return about;
  }
}

/** For resources without variables, which ask for no keys. */
const nowhere: ContextKeys = { get: () => undefined };
