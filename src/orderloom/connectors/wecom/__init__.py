"""WeCom 企业微信: the robot of a group."""
