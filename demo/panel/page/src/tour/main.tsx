import { mount } from '../kit/mount.tsx';
import { TourPage } from './tour-page.tsx';

mount(<TourPage />);
