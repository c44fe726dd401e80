"""Threat intelligence: indicators with marking and end, shared and watched for."""
