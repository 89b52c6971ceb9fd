import type { Assembly } from './assembly.ts';
import { physicalId } from './physical-id.ts';
import { planStack, type Registry, type StackPlan } from './plan-stack.ts';
import { resolve } from './resolve.ts';
import type { CreatedResource } from './resource-type.ts';
import { sorted } from './sorted.ts';
import { stackScope, type Target } from './stack-scope.ts';
import { TemplateError } from './template-error.ts';
import { withoutPaths } from './without-paths.ts';

/** Output values by stack and output name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Deployment {
  readonly target: Target;
  readonly registry: Registry;
  readonly outputs: Record<string, Record<string, string>>;
  readonly exports: Map<string, string>;
  readonly onProgress: (line: string) => void;
}

/**
 * Brings every stack of an assembly to life, each after those it depends on, resource by resource.
 * @param onProgress one line per stack
 * @throws TemplateError with every problem that the templates show, before anything is created; or with the one resource that failed
 */
export async function deploy(
  assembly: Assembly,
  target: Target,
  registry: Registry,
  onProgress: (line: string) => void,
): Promise<StackOutputs> {
  const plans = new Map(assembly.stacks.map((stack) => [stack.name, planStack(stack, target, registry)]));
  const problems = [...plans.values()].flatMap((plan) => [...plan.problems, ...missingStacks(plan, plans)]);
  if (problems.length > 0) throw new TemplateError(problems);

  const deployment: Deployment = { target, registry, outputs: {}, exports: new Map(), onProgress };
  const before = (name: string): string[] => {
    const plan = plans.get(name);
    return plan === undefined ? [] : [...plan.stack.dependencies, ...plan.readsFrom];
  };
  for (const name of sorted([...plans.keys()], before, 'stacks')) {
    const plan = plans.get(name);
    if (plan !== undefined) await createStack(plan, deployment);
  }
  return deployment.outputs;
}

function missingStacks({ stack, readsFrom }: StackPlan, plans: ReadonlyMap<string, unknown>): string[] {
  return [...readsFrom]
    .filter((name) => !plans.has(name))
    .map((name) => `${stack.name}: reads an output of the stack ${name}, which is not in the assembly`);
}

async function createStack({ stack, order }: StackPlan, deployment: Deployment): Promise<void> {
  const { target, registry, outputs, exports } = deployment;
  const created = new Map<string, CreatedResource>();
  const scope = stackScope(stack, target, {
    ref: (logicalId) => created.get(logicalId)?.ref ?? physicalId(stack.name, logicalId),
    attribute: (logicalId, attribute) => {
      const attributes = created.get(logicalId)?.attributes ?? {};
      const value = attributes[attribute];
      if (value !== undefined) return value;
      throw new Error(
        `${logicalId} has no attribute ${attribute}; it has ${Object.keys(attributes).join(', ') || 'none'}`,
      );
    },
    importValue: (name) => exports.get(name) ?? fail(`no stack before it exports ${name}`),
    stackOutput: (other, output) => outputs[other]?.[output] ?? fail(`the stack ${other} has no output ${output}`),
  });

  deployment.onProgress(`creating ${stack.name}: ${order.length} resources`);
  for (const logicalId of order) {
    const { Type = '', Properties = {} } = stack.template.Resources[logicalId] ?? {};
    const type = registry.types.get(Type);
    if (type === undefined) continue;
    await named(`${stack.name}/${logicalId} (${Type})`, async () => {
      const ineffective = Object.keys(type.noLocalEffect);
      const properties = withoutPaths(resolve(withoutPaths(Properties, ineffective), scope), ineffective);
      const resource = {
        stack: stack.name,
        logicalId,
        physicalId: physicalId(stack.name, logicalId),
        properties: type.properties.parse(properties),
        ...target,
      };
      created.set(logicalId, await type.create(resource));
    });
  }

  const stackOutputs: Record<string, string> = {};
  outputs[stack.name] = stackOutputs;
  for (const [output, { Value, Condition, Export }] of Object.entries(stack.template.Outputs)) {
    if (Condition !== undefined && !scope.condition(Condition)) continue;
    await named(`${stack.name}/output ${output}`, () => {
      const value = String(resolve(Value, scope));
      stackOutputs[output] = value;
      if (Export !== undefined) exports.set(String(resolve(Export.Name, scope)), value);
    });
  }
}

async function named(where: string, act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new TemplateError([`${where}: ${(error as Error).message}`], { cause: error });
  }
}

function fail(message: string): never {
  throw new Error(message);
}
