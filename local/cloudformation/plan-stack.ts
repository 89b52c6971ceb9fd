import type { AssemblyStack } from './assembly.ts';
import { propertyProblems } from './property-problems.ts';
import { resolve } from './resolve.ts';
import type { ResourceType } from './resource-type.ts';
import type { Scope } from './scope.ts';
import { sorted } from './sorted.ts';
import { type Known, stackScope, type Target } from './stack-scope.ts';
import { TemplateError } from './template-error.ts';
import { Unresolved } from './unresolved.ts';
import { withoutPaths } from './without-paths.ts';

/** The resource types of the local cloud. */
export interface Registry {
  readonly types: ReadonlyMap<string, ResourceType>;
  /** Types without any local effect -> why. */
  readonly unaffecting: Readonly<Record<string, string>>;
}

/** What is known about a stack before anything of it is created. */
export interface StackPlan {
  readonly stack: AssemblyStack;
  /** Logical ids in order of creation. */
  readonly order: readonly string[];
  /** Stacks whose outputs it reads. */
  readonly readsFrom: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Checks every resource of a stack against its type and finds the order of creation, without creating anything. */
export function planStack(stack: AssemblyStack, target: Target, registry: Registry): StackPlan {
  const { Resources, Outputs } = stack.template;
  const problems: string[] = [];
  const readsFrom = new Set<string>();
  const dependencies = new Map<string, Set<string>>();

  const attempt = (where: string, dependent: Set<string>, check: (scope: Scope) => void): void => {
    try {
      check(stackScope(stack, target, recorder(stack, registry, dependent, readsFrom)));
    } catch (error) {
      problems.push(`${stack.name}/${where}: ${(error as Error).message}`);
    }
  };

  for (const [logicalId, { Type, Properties, DependsOn, Condition }] of Object.entries(Resources)) {
    const dependent = new Set<string>();
    attempt(`${logicalId} (${Type})`, dependent, (scope) => {
      if (Condition !== undefined && !scope.condition(Condition)) return;
      dependencies.set(logicalId, dependent);
      for (const id of DependsOn) {
        if (!Object.hasOwn(Resources, id)) throw new Error(`DependsOn names ${id}, which is not in the template`);
        dependent.add(id);
      }
      if (Object.hasOwn(registry.unaffecting, Type)) return;
      const type = registry.types.get(Type);
      if (type === undefined) throw new Error('this resource type is not supported');
      const ineffective = Object.keys(type.noLocalEffect);
      const properties = withoutPaths(resolve(withoutPaths(Properties, ineffective), scope), ineffective);
      for (const problem of propertyProblems(type.properties, properties)) {
        problems.push(`${stack.name}/${logicalId} (${Type}): ${problem}`);
      }
    });
  }
  for (const [output, { Value, Condition }] of Object.entries(Outputs)) {
    attempt(`output ${output}`, new Set(), (scope) => {
      if (Condition === undefined || scope.condition(Condition)) resolve(Value, scope);
    });
  }
  return { stack, readsFrom, ...creationOrder(stack.name, dependencies, problems) };
}

function creationOrder(
  stack: string,
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
  problems: readonly string[],
): Pick<StackPlan, 'order' | 'problems'> {
  try {
    const existing = (id: string): string[] =>
      [...(dependencies.get(id) ?? [])].filter((other) => dependencies.has(other));
    return { order: sorted([...dependencies.keys()], existing, stack), problems };
  } catch (error) {
    if (error instanceof TemplateError) return { order: [], problems: [...problems, ...error.problems] };
    throw error;
  }
}

/** Knows no value yet, and notes who asks for what. */
function recorder(stack: AssemblyStack, registry: Registry, dependent: Set<string>, readsFrom: Set<string>): Known {
  return {
    ref: (logicalId) => {
      dependent.add(logicalId);
      return new Unresolved(logicalId);
    },
    attribute: (logicalId, attribute) => {
      dependent.add(logicalId);
      const { Type = '' } = stack.template.Resources[logicalId] ?? {};
      if (Object.hasOwn(registry.unaffecting, Type)) {
        throw new Error(`${logicalId}.${attribute} is read, but ${Type} has no local effect and so no attributes`);
      }
      return new Unresolved(`${logicalId}.${attribute}`);
    },
    importValue: (exportName) => new Unresolved(exportName),
    stackOutput: (other, output) => {
      readsFrom.add(other);
      return new Unresolved(`${other}.${output}`);
    },
  };
}
