import { ApiProperty } from '@nestjs/swagger';

class TenderlyErrorDetails {
  @ApiProperty({ format: 'uuid', description: 'The request’s.' }) id!: string;
  @ApiProperty({ example: 'invalid_token', description: 'The code of the problem.' }) slug!: string;
  @ApiProperty() message!: string;
}

export class TenderlyErrorResponse {
  @ApiProperty() error!: TenderlyErrorDetails;
}
