/** Temporary credentials of a function's role. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Gives each instance credentials of its function's role, and takes them back when it ends. */
export interface Sessions {
  open(roleArn: string, sessionName: string): SessionCredentials;
  close(accessKeyId: string): void;
}
