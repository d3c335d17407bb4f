"""Catalogue files of two co-ops, written for the tests in both of Shopify's dialects."""

BREAD_OLD_HEADER = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,\
Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,\
Image Src,Image Position,Status
sourdough,Rye Sourdough,"<p>Three days old the day it is born.</p><script>alert(1)</script>",Sunrise,Bread,\
"bread, rye",true,Size,Small,SB-S,500,shopify,12,deny,4.50,,https://pictures.invalid/a.jpg,1,active
sourdough,,,,,,,,Large,SB-L,1000,shopify,1,deny,8.20,7.00,,,
sourdough,,,,,,,,,,,,,,,,https://pictures.invalid/b.jpg,2,
crackers,Seed Crackers,,Sunrise,Bread,,true,Title,Default Title,CR-1,200,,,deny,3.10,,,,active
rolls,Morning Rolls,,Sunrise,Bread,,true,Title,Default Title,RO-1,80,shopify,40,deny,eighty cents,,,,active
"""

COFFEE_NEW_HEADER = """\
Title,URL handle,Description,Vendor,Type,Tags,Published on online store,Status,SKU,Option1 name,Option1 value,Price,\
Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),\
Product image URL
Harbour Espresso,harbour-espresso,Dark and round.,Quayside,Coffee,"coffee, espresso",true,active,HE-250,Size,250 g,\
9.90,11.90,shopify,30,deny,250,
,harbour-espresso,,,,,,,HE-1000,,1 kg,33.00,,shopify,8,deny,1000,
"""
