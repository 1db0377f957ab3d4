import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands what a consumer throws back to the transport as it is, which decides by it whether the message comes again. Nest
 * by itself puts "Internal server error" in its place.
 */
@Catch()
export class HandBackErrors implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
