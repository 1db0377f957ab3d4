/** What Gort's response envelope calls each thing, and what ours does. `list` is shown with blanks between. */
export interface CarriedField {
  readonly value: string;
  readonly filter?: string;
  readonly list?: true;
}

/** The fields of Gort's envelope that have an equivalent; documented in `docs/guide/templates.md`. */
export const gortFields: Readonly<Record<string, CarriedField>> = {
  'Request.Adapter': { value: 'request.adapter' },
  'Request.ChannelID': { value: 'request.room.id' },
  'Request.Parameters': { value: 'request.arguments', list: true },
  'Request.RequestID': { value: 'request.runId' },
  'Request.Timestamp': { value: 'request.at' },
  'Request.UserID': { value: 'request.user.id' },
  'Request.UserEmail': { value: 'request.user.email' },
  'Request.UserName': { value: 'request.user.username' },
  'Request.Bundle.Name': { value: 'request.bundle.name' },
  'Request.Bundle.Version': { value: 'request.bundle.version' },
  'Request.Bundle.Author': { value: 'request.bundle.author' },
  'Request.Bundle.Homepage': { value: 'request.bundle.homepage' },
  'Request.Bundle.Description': { value: 'request.bundle.description' },
  'Request.Bundle.LongDescription': { value: 'request.bundle.longDescription' },
  'Request.Command.Name': { value: 'request.command.name' },
  'Request.Command.Description': { value: 'request.command.description' },
  'Request.Command.LongDescription': { value: 'request.command.longDescription' },
  'Response.Lines': { value: 'response.lines', list: true },
  'Response.Out': { value: 'response.all' },
  'Response.Structured': { value: 'response.structured' },
  'Response.Title': { value: 'response.title' },
  'Data.Duration': { value: 'data.durationMs', filter: 'duration' },
  'Data.ExitCode': { value: 'data.exitCode' },
  'Data.Error': { value: 'error' },
};
