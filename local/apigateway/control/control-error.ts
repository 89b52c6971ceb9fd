import { AwsError } from '../../endpoint/aws-call.ts';

/** The errors of the control plane: https://docs.aws.amazon.com/apigateway/latest/api/CommonErrors.html */
export const controlError = {
  badRequest: (message: string): AwsError => new AwsError('BadRequestException', 400, message),
  notFound: (message: string): AwsError => new AwsError('NotFoundException', 404, message),
  conflict: (message: string): AwsError => new AwsError('ConflictException', 409, message),
  limitExceeded: (message: string): AwsError => new AwsError('LimitExceededException', 429, message),
} as const;
