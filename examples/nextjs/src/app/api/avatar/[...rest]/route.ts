import { theBroker } from '../../../../broker';

const handle = (request: Request) => theBroker().fetch(request);

export { handle as GET, handle as OPTIONS, handle as POST };
