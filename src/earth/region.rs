pub struct Region; pub struct BadRegion; pub struct RegionFault;
