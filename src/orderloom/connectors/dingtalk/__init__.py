"""DingTalk 钉钉: the robot of a group."""
