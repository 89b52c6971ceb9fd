import type { AwsCall } from '../../endpoint/aws-call.ts';
import { authorize } from '../../iam/authorize.ts';
import type { Endpoint } from '../hosting/endpoint.ts';
import type { Invocation } from '../hosting/invocation.ts';
import type { SageMakerState } from '../sagemaker-state.ts';
import { headerNames } from './header-names.ts';
import { runtimeErrors } from './runtime-error.ts';

/** A call to the runtime API that its caller may make. */
export interface RuntimeCall {
  readonly endpoint: Endpoint;
  readonly invocation: Invocation;
  readonly variantName: string | undefined;
  readonly componentName: string | undefined;
  /** For captured data. */
  readonly metadata: Readonly<Record<string, string>>;
}

const denied = { code: 'AccessDeniedException', status: 403 };
const visible = /^[\x20-\x7e]{1,1024}$/;

/** Containers get these as they came. */
const passedOn = [
  headerNames.customAttributes,
  headerNames.targetModel,
  headerNames.inferenceId,
  headerNames.sessionId,
];

/**
 * Reads a call, and lets it pass when the caller may make it.
 *
 * @param action e.g. `sagemaker:InvokeEndpoint`
 * @param contentType of the body, as this operation says it
 * @throws AwsError `AccessDeniedException`, `ValidationError`
 */
export function runtimeCall(
  { region, account, endpoints }: SageMakerState,
  { headers, bodyChunks, principal }: AwsCall,
  { name, action, contentType, accept }: RuntimeOperation,
): RuntimeCall {
  const targetModel = headers[headerNames.targetModel];
  authorize(
    {
      principal,
      action,
      // The name as the API has it in ARNs, whatever the caller's spelling.
      resource: `arn:aws:sagemaker:${region}:${account}:endpoint/${name.toLowerCase()}`,
      context: targetModel === undefined ? {} : { 'sagemaker:TargetModel': targetModel },
    },
    denied,
  );
  const endpoint = endpoints.find(name);
  if (endpoint === undefined) {
    throw runtimeErrors.validation(`Endpoint ${name} of account ${account} not found.`);
  }
  for (const header of passedOn) {
    const value = headers[header];
    if (value !== undefined && !visible.test(value)) {
      throw runtimeErrors.validation(`The header ${header} must be up to 1024 visible characters of ASCII.`);
    }
  }
  if (targetModel !== undefined && !endpoint.isMultiModel) {
    throw runtimeErrors.validation(
      `Endpoint ${name} is not a multi-model endpoint and does not support target model header.`,
    );
  }
  for (const header of [headerNames.targetContainer, headerNames.enableExplanations]) {
    if (headers[header] !== undefined) {
      throw runtimeErrors.validation(`Endpoint ${name} does not support the header ${header}.`);
    }
  }
  const given = {
    'content-type': contentType,
    accept,
    ...Object.fromEntries(passedOn.map((header) => [header, headers[header]])),
  };
  const lengthBytes = bodyChunks.reduce((sum, { length }) => sum + length, 0);
  const customAttributes = headers[headerNames.customAttributes];
  const inferenceId = headers[headerNames.inferenceId];
  return {
    endpoint,
    invocation: { body: bodyChunks, lengthBytes, headers: present(given), targetModel },
    variantName: headers[headerNames.targetVariant],
    componentName: headers[headerNames.inferenceComponent],
    metadata: present({ inferenceId, customAttributes }),
  };
}

interface RuntimeOperation {
  /** Of the endpoint. */
  readonly name: string;
  readonly action: string;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
}

const present = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
