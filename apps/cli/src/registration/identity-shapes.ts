/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

/** Who in which chat asked for a code. */
export interface Candidate {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly name?: string;
  readonly room?: string;
  readonly askedAt: string;
  readonly expiresAt: string;
}

export interface JoinedIdentity {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly joinedAt: string;
  readonly joinedBy: string;
}

export interface IdentityOfUser extends JoinedIdentity {
  readonly username: string;
}
